/** The demo: six sensors, an ingestor, a broker and a store on one machine, with a table of the readings in the terminal. */
package dev.sensorline.demo;

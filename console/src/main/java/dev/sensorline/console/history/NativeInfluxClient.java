package dev.sensorline.console.history;

import com.influxdb.client.service.HealthService;
import com.influxdb.client.service.InfluxQLQueryService;
import com.influxdb.client.service.PingService;
import com.influxdb.client.service.ReadyService;
import com.influxdb.client.service.SetupService;

import io.quarkus.runtime.annotations.RegisterForProxy;

/**
 * What a native executable needs for InfluxDB's client: the proxies that the client makes of these interfaces, of four of them when it is
 * created and of the fifth for InfluxQL (AbstractInfluxDBClient, InfluxDBClientImpl). It needs no class for reflection, because the answer
 * is read by deserializers that the client registers itself (InfluxQLQueryApiImpl).
 */
@RegisterForProxy(targets = HealthService.class)
@RegisterForProxy(targets = PingService.class)
@RegisterForProxy(targets = ReadyService.class)
@RegisterForProxy(targets = SetupService.class)
@RegisterForProxy(targets = InfluxQLQueryService.class)
final class NativeInfluxClient {

    private NativeInfluxClient() {}
}

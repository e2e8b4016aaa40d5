package dev.sensorline.servers;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A service of this tree as a process of its own, with nothing but the variables it is given: those of ours that this
 * process has inherited are taken away.
 */
public final class ServiceProcess {

    private static final List<String> OUR_PREFIXES = List.of("SIM_", "MQTT_", "INFLUX_", "INGESTOR_", "HTTP_");

    private final String service;
    private final Map<String, String> environment = new TreeMap<>();
    private List<String> jvmOptions = List.of();

    private ServiceProcess(String service) {
        this.service = service;
        System.getenv().keySet().stream()
                .filter(name -> OUR_PREFIXES.stream().anyMatch(name::startsWith))
                .forEach(name -> environment.put(name, null));
    }

    /** A service by the name of its directory, {@code simulator} or {@code ingestor}. */
    public static ServiceProcess of(String service) {
        return new ServiceProcess(service);
    }

    public ServiceProcess with(String variable, Object value) {
        environment.put(variable, value.toString());
        return this;
    }

    /** Options of the JVM; without effect on a native executable. */
    public ServiceProcess withJvmOptions(String... options) {
        jvmOptions = List.of(options);
        return this;
    }

    public ChildProcess start() {
        return ChildProcess.start(Tree.service(service, jvmOptions), environment);
    }
}

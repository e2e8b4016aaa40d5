package dev.sensorline.servers;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A service of this tree as a process of its own, with nothing but the variables it is given: those of ours that this
 * process has inherited are taken away.
 */
public final class ServiceProcess {

    private static final List<String> OUR_PREFIXES = List.of("SIM_", "MQTT_", "INFLUX_", "INGESTOR_", "HTTP_", "KAFKA_");

    private final String service;
    private final Map<String, String> environment = new TreeMap<>();
    private final List<String> limits = new ArrayList<>();
    private final List<String> memory = new ArrayList<>();
    private final List<String> jvmOptions = new ArrayList<>();

    private Path directory = Path.of("");

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
        jvmOptions.addAll(List.of(options));
        return this;
    }

    /** With so much heap at most, such as {@code 32m}; when it is not enough, the process ends. */
    public ServiceProcess withHeap(String size) {
        memory.add("-Xmx" + size);
        // Built into the executables, and into the images' command for the JVM.
        return withJvmOptions("-XX:+ExitOnOutOfMemoryError");
    }

    /** Within a limit of the kernel's, as prlimit(1) takes it, such as {@code --nofile=64}. */
    public ServiceProcess within(String limit) {
        limits.addAll(limits.isEmpty() ? List.of("prlimit", limit) : List.of(limit));
        return this;
    }

    /** In a working directory other than this process's own. */
    public ServiceProcess in(Path directory) {
        this.directory = directory;
        return this;
    }

    public ChildProcess start() {
        List<String> command = new ArrayList<>(limits);
        command.addAll(Tree.service(service, jvmOptions, memory));
        return ChildProcess.start(command, environment, directory);
    }
}

package dev.sensorline.servers;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A service of this project as a process. It gets only the variables that are set here: variables of the services that this
 * process has inherited are removed. Not thread-safe.
 */
public final class ServiceProcess {

    /** Fills a pipe, and leaves it to a process that does not read it. */
    private static final String FULL_PIPE =
            "mkfifo \"$0\" && { sleep 60 < \"$0\" & } && exec > \"$0\" 2>&1 && head -c 65536 /dev/zero && exec \"$@\"";

    private static final List<String> VARIABLE_PREFIXES =
            List.of("SIM_", "MQTT_", "INFLUX_", "INGESTOR_", "HTTP_", "KAFKA_", "LOG_", "CONSOLE_", "GRAFANA_");

    private final String service;
    private final Map<String, String> environment = new TreeMap<>();
    private final List<String> limits = new ArrayList<>();
    private final List<String> memory = new ArrayList<>();
    private final List<String> jvmOptions = new ArrayList<>();
    private final List<String> arguments = new ArrayList<>();

    private Path directory = Path.of("");

    private ServiceProcess(String service) {
        this.service = service;
        System.getenv().keySet().stream()
                .filter(name -> VARIABLE_PREFIXES.stream().anyMatch(name::startsWith))
                .forEach(name -> environment.put(name, null));
        // On a busy machine an event loop can wait seconds for a processor, which Vert.x reports with a stack trace.
        environment.put("QUARKUS_VERTX_MAX_EVENT_LOOP_EXECUTE_TIME", "30s");
    }

    /** The service in a directory of the project, {@code simulator}, {@code ingestor} or {@code console}. */
    public static ServiceProcess of(String service) {
        return new ServiceProcess(service);
    }

    public ServiceProcess with(String variable, Object value) {
        environment.put(variable, value.toString());
        return this;
    }

    /** Adds JVM options. A native executable ignores them. */
    public ServiceProcess withJvmOptions(String... options) {
        jvmOptions.addAll(List.of(options));
        return this;
    }

    /** Limits the heap, to {@code 32m} for example. If the heap is exhausted, the process ends. */
    public ServiceProcess withHeap(String size) {
        memory.add("-Xmx" + size);
        // Native executables have this option built in, and images have it in the command of the JVM.
        return withJvmOptions("-XX:+ExitOnOutOfMemoryError");
    }

    /** Sets a resource limit, an option of prlimit(1) such as {@code --nofile=64}. */
    public ServiceProcess within(String limit) {
        limits.addAll(limits.isEmpty() ? List.of("prlimit", limit) : List.of(limit));
        return this;
    }

    /** Gives the process a standard output that is full, and that nobody reads for a minute. */
    public ServiceProcess withFullOutput(Path pipe) {
        limits.addAll(0, List.of("sh", "-c", FULL_PIPE, pipe.toString()));
        return this;
    }

    /** Adds arguments of the service itself. */
    public ServiceProcess withArguments(String... given) {
        arguments.addAll(List.of(given));
        return this;
    }

    /** Sets the working directory. */
    public ServiceProcess in(Path directory) {
        this.directory = directory;
        return this;
    }

    public ChildProcess start() {
        List<String> command = new ArrayList<>(limits);
        command.addAll(ProjectTree.service(service, jvmOptions, memory));
        command.addAll(arguments);
        return ChildProcess.start(command, environment, directory);
    }
}

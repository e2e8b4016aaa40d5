package dev.sensorline.brokers;

import java.nio.file.Path;

import org.apache.activemq.artemis.core.config.impl.SecurityConfiguration;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.spi.core.security.ActiveMQJAASSecurityManager;
import org.apache.activemq.artemis.spi.core.security.jaas.InVMLoginModule;

/** Runs Artemis with a broker.xml. Clients need no user: each has the role {@code all}. */
public final class ArtemisBroker {

    private static final String ANYBODY = "anybody";

    private ArtemisBroker() {}

    /** @param arguments the path of broker.xml */
    public static void main(String[] arguments) throws Exception {
        SecurityConfiguration users = new SecurityConfiguration();
        users.addUser(ANYBODY, ANYBODY);
        users.addRole(ANYBODY, "all");
        users.setDefaultUser(ANYBODY);
        new EmbeddedActiveMQ()
                .setConfigResourcePath(Path.of(arguments[0]).toUri().toString())
                .setSecurityManager(new ActiveMQJAASSecurityManager(InVMLoginModule.class.getName(), users))
                .start();
    }
}

package dev.sensorline.servers;

import java.nio.file.Path;
import java.util.List;

/** Apache ActiveMQ Artemis, with the jars of the module {@code testing/brokers/artemis}. */
public final class Artemis implements Broker {

    private static final String JARS = "testing/brokers/artemis/target/lib";

    @Override
    public boolean isInstalled() {
        return ProjectTree.isBuilt(JARS);
    }

    @Override
    public boolean hasAccessRules() {
        return true;
    }

    @Override
    public List<String> command(int port, Path directory) {
        Path settings = MqttBroker.write(directory.resolve("broker.xml"), List.of("""
                <configuration xmlns="urn:activemq">
                  <core xmlns="urn:activemq:core">
                    <journal-type>NIO</journal-type>
                    <paging-directory>%1$s/paging</paging-directory>
                    <bindings-directory>%1$s/bindings</bindings-directory>
                    <journal-directory>%1$s/journal</journal-directory>
                    <large-messages-directory>%1$s/large-messages</large-messages-directory>
                    <max-disk-usage>-1</max-disk-usage>
                    <acceptors>
                      <acceptor name="mqtt">tcp://127.0.0.1:%2$d?protocols=MQTT</acceptor>
                    </acceptors>
                    <security-settings>
                      <security-setting match="#">%3$s%4$s</security-setting>
                      <security-setting match="%5$s.#">%3$s</security-setting>
                    </security-settings>
                  </core>
                </configuration>
                """.formatted(
                        directory,
                        port,
                        permissions(
                                "createAddress",
                                "deleteAddress",
                                "createDurableQueue",
                                "deleteDurableQueue",
                                "createNonDurableQueue",
                                "deleteNonDurableQueue",
                                "consume",
                                "browse"),
                        permissions("send"),
                        FORBIDDEN)));
        return ProjectTree.java(JARS, List.of("-Xmx256m"), "dev.sensorline.brokers.ArtemisBroker", settings.toString());
    }

    private static String permissions(String... types) {
        StringBuilder permissions = new StringBuilder();
        for (String type : types) {
            permissions.append("<permission type=\"%s\" roles=\"all\"/>".formatted(type));
        }
        return permissions.toString();
    }

    @Override
    public String toString() {
        return "Artemis";
    }
}

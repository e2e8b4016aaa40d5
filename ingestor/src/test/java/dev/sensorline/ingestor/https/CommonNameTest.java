package dev.sensorline.ingestor.https;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;

import javax.security.auth.x500.X500Principal;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommonNameTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CN=telegraf|telegraf",
                "cn=telegraf|telegraf",
                "2.5.4.3=telegraf|telegraf",
                "CN=telegraf, OU=Metrics, O=Plant, C=DE|telegraf",
                "O=Plant, CN=telegraf|telegraf",
                "CN=telegraf+OU=Metrics, O=Plant|telegraf",
                "OU=Metrics+CN=telegraf, O=Plant|telegraf",
                "CN=\"a, CN=telegraf\"|a, CN=telegraf",
                "CN=a\\, CN\\=telegraf, O=Plant|a, CN=telegraf",
                "CN=\\C3\\A4|ä",
                "O=\"CN=telegraf\"|",
                "OU=CN\\=telegraf, O=Plant|",
                "O=Plant|",
                "CN=telegraf, CN=other|",
                "CN=telegraf+CN=other|"
            })
    void the_name_of_a_certificate_is_the_only_cn_of_its_subject(String subject, String name) {
        assertEquals(Optional.ofNullable(name), CommonName.of(new X500Principal(subject)));
    }
}

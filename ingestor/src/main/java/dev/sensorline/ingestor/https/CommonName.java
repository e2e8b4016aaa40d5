package dev.sensorline.ingestor.https;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import javax.naming.InvalidNameException;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;

/** The name that a certificate is for: the CN of its subject. */
final class CommonName {

    private CommonName() {}

    /** The only CN of a distinguished name, whatever else it consists of; empty if it has none or several. */
    static Optional<String> of(X500Principal subject) {
        List<String> names = new ArrayList<>();
        try {
            for (Rdn rdn : new LdapName(subject.getName(X500Principal.RFC2253)).getRdns()) {
                Attribute name = rdn.toAttributes().get("CN");
                for (int i = 0; name != null && i < name.size(); i++) {
                    names.add(name.get(i).toString());
                }
            }
        } catch (InvalidNameException e) {
            return Optional.empty();
        } catch (NamingException e) {
            throw new IllegalStateException(e);
        }
        return names.size() == 1 ? Optional.of(names.get(0)) : Optional.empty();
    }
}

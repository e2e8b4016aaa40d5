package dev.sensorline.connections;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;

import javax.net.ssl.X509ExtendedKeyManager;

/** Finds out whether a private key belongs to a certificate, which a handshake would only find at the other end. */
final class KeyPairs {

    private static final byte[] SAMPLE = {1, 2, 3, 4};

    private KeyPairs() {}

    /**
     * The key manager, if its key belongs to the certificate.
     *
     * @throws InvalidKeyException if it does not
     */
    static X509ExtendedKeyManager matching(X509Certificate certificate, X509ExtendedKeyManager manager)
            throws GeneralSecurityException {
        PublicKey publicKey = certificate.getPublicKey();
        String[] aliases = manager.getClientAliases(publicKey.getAlgorithm(), null);
        if (aliases == null || aliases.length == 0 || !belongs(manager.getPrivateKey(aliases[0]), publicKey)) {
            throw new InvalidKeyException("The key is not that of the certificate");
        }
        return manager;
    }

    private static boolean belongs(PrivateKey privateKey, PublicKey publicKey) throws GeneralSecurityException {
        if (privateKey instanceof RSAKey rsa) {
            return publicKey instanceof RSAKey other && rsa.getModulus().equals(other.getModulus());
        }
        String algorithm = privateKey.getAlgorithm();
        if (!algorithm.equals(publicKey.getAlgorithm())) {
            return false;
        }
        Signature signature = Signature.getInstance(algorithm.equals("EC") ? "SHA256withECDSA" : algorithm);
        signature.initSign(privateKey);
        signature.update(SAMPLE);
        byte[] signed = signature.sign();
        signature.initVerify(publicKey);
        signature.update(SAMPLE);
        return signature.verify(signed);
    }
}

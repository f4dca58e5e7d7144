import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;

/**
 * Opens envelopes with what a JDK has. Each line of stdin names a way of working through the folder
 * once; the answer is the CPU time that took in nanoseconds, compiling and collecting aside, and how
 * many bytes came out. A JDK reads no JSON, so that there is no handler here.
 */
final class Decrypt {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final Base64.Decoder BASE64 = Base64.getDecoder();

    private final PrivateKey key;
    private final List<String[]> envelopes;

    private Decrypt(Path folder) throws Exception {
        String pem = Files.readString(folder.resolve("key.pem"));
        String der = pem.replaceAll("-----[A-Z ]+-----|\\s", "");
        key = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(BASE64.decode(der)));
        envelopes = Files.readAllLines(folder.resolve("envelopes.tsv")).stream()
            .map(line -> line.split("\t"))
            .toList();
    }

    public static void main(String[] arguments) throws Exception {
        Decrypt decrypt = new Decrypt(Path.of(arguments[0]));
        BufferedReader ways = new BufferedReader(new InputStreamReader(System.in));
        for (String way = ways.readLine(); way != null; way = ways.readLine()) {
            long started = THREADS.getCurrentThreadCpuTime();
            int bytes = decrypt.all(way.equals("rsa"));
            System.out.println((THREADS.getCurrentThreadCpuTime() - started) + " " + bytes);
        }
    }

    private int all(boolean keysAlone) throws Exception {
        int bytes = 0;
        for (String[] envelope : envelopes) {
            bytes += keysAlone ? contentKey(envelope[0]).length : open(envelope).length();
        }
        return bytes;
    }

    private byte[] contentKey(String dataKey) throws Exception {
        Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
        cipher.init(Cipher.DECRYPT_MODE, key,
            new OAEPParameterSpec("SHA-1", "MGF1", MGF1ParameterSpec.SHA1, PSource.PSpecified.DEFAULT));
        return cipher.doFinal(BASE64.decode(dataKey));
    }

    private String open(String[] envelope) throws Exception {
        byte[] contentKey = contentKey(envelope[0]);
        byte[] data = BASE64.decode(envelope[1]);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(contentKey, "HmacSHA256"));
        if (!MessageDigest.isEqual(mac.doFinal(data), BASE64.decode(envelope[2]))) {
            throw new IllegalStateException("the signature is another");
        }
        Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
        cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(contentKey, "AES"),
            new IvParameterSpec(Arrays.copyOf(contentKey, 16)));
        return new String(cipher.doFinal(data), StandardCharsets.UTF_8);
    }
}

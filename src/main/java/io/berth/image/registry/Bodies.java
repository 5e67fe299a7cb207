package io.berth.image.registry;

import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;

/** Bodies of answers, none of which is longer than it may be. */
final class Bodies {

    private Bodies() {}

    /** All of a body. @param most bytes that it may have @param what it is, for the failure */
    static byte[] read(ClassicHttpResponse response, int most, String what) throws IOException {
        HttpEntity entity = response.getEntity();
        if (entity == null) {
            return new byte[0];
        }
        try (InputStream in = entity.getContent()) {
            byte[] bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw new IOException("the registry's answer is longer than " + what + " may be: " + most + " bytes");
            }
            return bytes;
        }
    }

    /** What a body begins with. @param most bytes of it that are read */
    static byte[] start(ClassicHttpResponse response, int most) throws IOException {
        HttpEntity entity = response.getEntity();
        if (entity == null) {
            return new byte[0];
        }
        // Not closed: that would read the rest of it. Who has the answer closes that.
        return entity.getContent().readNBytes(most);
    }
}

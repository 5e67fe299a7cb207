package io.berth.ffi;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Names of files are bytes, not characters: UTF-8 where they can be, and each other byte as a lone surrogate U+DC80 to U+DCFF,
 * so that every name comes back as it was.
 */
public final class FileNames {

    private static final int ESCAPE = 0xdc00;

    private FileNames() {}

    public static String decode(byte[] bytes) {
        return decode(bytes, 0, bytes.length);
    }

    public static String decode(byte[] bytes, int offset, int length) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes, offset, length);
        CharBuffer out = CharBuffer.allocate(length);
        while (true) {
            CoderResult result = decoder.decode(in, out, true);
            if (result.isUnderflow()) {
                return out.flip().toString();
            }
            for (int i = 0; i < result.length(); i++) {
                out.put((char) (ESCAPE | in.get() & 0xff));
            }
            decoder.reset();
        }
    }

    public static byte[] encode(String text) {
        try {
            ByteBuffer plain = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[plain.remaining()];
            plain.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            return encodeEscaped(text);
        }
    }

    private static byte[] encodeEscaped(String text) {
        var out = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); ) {
            int codePoint = text.codePointAt(i);
            if (codePoint >= ESCAPE + 0x80 && codePoint <= ESCAPE + 0xff) {
                out.write(codePoint & 0xff);
            } else {
                out.writeBytes(Character.toString(codePoint).getBytes(StandardCharsets.UTF_8));
            }
            i += Character.charCount(codePoint);
        }
        return out.toByteArray();
    }

    /** As the kernel wants it: with a NUL at the end, and none before. */
    static byte[] terminated(String text) {
        byte[] bytes = encode(text);
        for (byte b : bytes) {
            if (b == 0) {
                throw new NativeException(Errno.EINVAL, "a path with a NUL in it");
            }
        }
        return Arrays.copyOf(bytes, bytes.length + 1);
    }
}

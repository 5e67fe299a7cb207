package io.berth.oci;

/** Shows text of strangers in messages: short and without control characters. */
final class Texts {

    private static final int SHOWN = 128;

    private Texts() {}

    static String shown(String text) {
        var shown = new StringBuilder();
        text.chars().limit(SHOWN).forEach(c -> shown.append(Character.isISOControl(c) ? '?' : (char) c));
        return text.length() > SHOWN ? shown + "..." : shown.toString();
    }
}

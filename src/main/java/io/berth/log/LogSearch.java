package io.berth.log;

import io.berth.error.InvalidArgumentException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * What is looked for in lines: a text, or a regular expression of Java. Strangers write both the expression and the lines, so the time that
 * one line takes is bounded. Colours of terminals are no part of a line: {@link #withoutColours}. Immutable.
 */
public final class LogSearch {

    private static final int LONGEST = 1000;
    /** What is told of one line; a line with more of them is still found. */
    private static final int MAX_HITS = 100;
    /** Characters that may be looked at for one line, over and over: some 50 ms. A clock would refuse on a busy machine what it takes on an idle one. */
    private static final int MOST_LOOKS = 10_000_000;
    private static final Pattern COLOURS = Pattern.compile("\u001b\\[[0-9;:]*m");

    private final Pattern pattern;

    private LogSearch(Pattern pattern) {
        this.pattern = pattern;
    }

    /** Where something was found: from {@code start} up to and without {@code end}, in UTF-16 units of the line without colours. */
    public record Hit(int start, int end) {}

    /**
     * Makes a search of what a user typed.
     *
     * @throws InvalidArgumentException it names {@code search}: the expression is malformed, or there is too much of it
     */
    public static LogSearch of(String text, boolean regex, boolean matchCase) {
        if (text.isEmpty() || text.length() > LONGEST) {
            throw new InvalidArgumentException("search: give 1 to " + LONGEST + " characters");
        }
        int flags = (regex ? 0 : Pattern.LITERAL) | (matchCase ? 0 : Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
        try {
            return new LogSearch(Pattern.compile(text, flags));
        } catch (PatternSyntaxException malformed) {
            var place = malformed.getIndex() < 0 ? "" : " at character " + (malformed.getIndex() + 1);
            throw new InvalidArgumentException("search: the expression is malformed: " + malformed.getDescription() + place, malformed);
        }
    }

    /** As {@link #of}; null where nothing is looked for. */
    public static @Nullable LogSearch ofAny(String text, boolean regex, boolean matchCase) {
        return text.isEmpty() ? null : of(text, regex, matchCase);
    }

    /** The text without the escape codes that colour it (ECMA-48, SGR). */
    public static String withoutColours(String text) {
        return text.indexOf('\u001b') < 0 ? text : COLOURS.matcher(text).replaceAll("");
    }

    /**
     * Where it is in a line without colours; empty when it is not.
     *
     * @throws InvalidArgumentException it takes too long to say
     */
    List<Hit> find(String line) {
        var hits = new ArrayList<Hit>();
        try {
            Matcher matcher = pattern.matcher(new Watched(line));
            while (hits.size() < MAX_HITS && matcher.find()) {
                hits.add(new Hit(matcher.start(), matcher.end()));
            }
        } catch (TooSlow | StackOverflowError endless) {
            throw new InvalidArgumentException("search: the expression takes too long for a line of this log: make it simpler", endless);
        }
        return hits;
    }

    /** An expression may go back over a line for longer than the world stands; each step of that looks at a character. */
    private static final class Watched implements CharSequence {

        private final String text;
        private int looks;

        Watched(String text) {
            this.text = text;
        }

        @Override
        public char charAt(int index) {
            if (++looks > MOST_LOOKS) {
                throw new TooSlow();
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    private static final class TooSlow extends RuntimeException {

        private static final long serialVersionUID = 1L;
    }
}

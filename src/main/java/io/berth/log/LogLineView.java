package io.berth.log;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A line on the wire. What is null is not sent.
 *
 * @param at where it ends: a {@link LogPosition}, by which it is named
 * @param from where its first piece is, when it has several
 * @param time of its begin
 * @param text the begin of a long line
 * @param bytes how long all of it is, when the text is not all
 * @param hits pairs of begin and end of what was found in the text, without the escape codes of colours
 * @param found whether something was found, when that is beyond the text
 * @param gap whether lines are missing before it, which are gone from the disk
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LogLineView(String at, @Nullable String from, String time, String stream, String text, @Nullable Long bytes,
        @Nullable List<List<Integer>> hits, @Nullable Boolean found, @Nullable Boolean gap) {

    private static final int SHOWN = 4 << 10;

    /** The line as browsers get it: of a long one the begin. */
    public static LogLineView of(LogLine line) {
        var text = line.text();
        boolean cut = text.length() > SHOWN || line.isCut();
        var shown = text.length() > SHOWN ? text.substring(0, Character.isHighSurrogate(text.charAt(SHOWN - 1)) ? SHOWN - 1 : SHOWN) : text;
        int length = LogSearch.withoutColours(shown).length();
        var hits = line.hits().stream().filter(hit -> hit.end() > hit.start() && hit.end() <= length).map(hit -> List.of(hit.start(), hit.end())).toList();
        return new LogLineView(line.at().toString(), line.from().equals(line.at()) ? null : line.from().toString(), line.from().time().toString(),
                line.stream().name().toLowerCase(Locale.ROOT), shown, cut ? line.bytes() : null, hits.isEmpty() ? null : hits,
                hits.isEmpty() && !line.hits().isEmpty() ? true : null, line.afterGap() ? true : null);
    }
}

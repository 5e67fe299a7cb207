package io.berth.log;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some lines of a log, oldest first. There may be fewer than were asked for, and none, though there are more: the time for one page was over.
 *
 * @param older what is before this is older; null when nothing is
 * @param newer what is after this is newer
 * @param end whether there was nothing newer
 */
public record LogPage(List<LogLine> lines, @Nullable LogPosition older, LogPosition newer, boolean end) {}

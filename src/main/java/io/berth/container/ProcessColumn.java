package io.berth.container;

import io.berth.error.InvalidArgumentException;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** A column of a table of processes, as {@code ps} titles and fills it. Source: ps(1), "Standard Format Specifiers". */
record ProcessColumn(String title, Function<ProcessStatus, String> value) {

    /** {@code -ef}. */
    static final List<ProcessColumn> FULL = List.of(new ProcessColumn("UID", ProcessStatus::user), named("pid"), named("ppid"), named("c"),
            named("stime"), named("tty"), named("time"), named("cmd"));
    /** {@code aux}. */
    static final List<ProcessColumn> USERS = List.of(named("user"), named("pid"), named("pcpu"), named("pmem"), named("vsz"), named("rss"),
            named("tty"), named("stat"), named("start"), new ProcessColumn("TIME", ProcessStatus::shortTime), named("args"));
    /** {@code ax}. */
    static final List<ProcessColumn> STATES = List.of(named("pid"), named("tty"), named("stat"),
            new ProcessColumn("TIME", ProcessStatus::shortTime), named("args"));
    /** {@code -e}. */
    static final List<ProcessColumn> BRIEF = List.of(named("pid"), named("tty"), named("time"), named("ucmd"));

    String of(ProcessStatus process) {
        return value.apply(process);
    }

    /** The column that {@code -o} knows by this name. @throws InvalidArgumentException it is none of those that are supported */
    static ProcessColumn named(String name) {
        return switch (name) {
            case "pid" -> number("PID", ProcessStatus::pid);
            case "ppid" -> number("PPID", ProcessStatus::parent);
            case "pgid", "pgrp" -> number(name.toUpperCase(Locale.ROOT), ProcessStatus::group);
            case "sid", "sess", "session" -> number(name.equals("sid") ? "SID" : "SESS", ProcessStatus::session);
            case "uid", "euid" -> number(name.toUpperCase(Locale.ROOT), ProcessStatus::uid);
            case "user", "euser", "uname" -> new ProcessColumn(name.equals("euser") ? "EUSER" : "USER", ProcessStatus::user);
            case "c" -> new ProcessColumn("C", process -> Integer.toString((int) process.cpuPercent()));
            case "pcpu", "%cpu" -> new ProcessColumn("%CPU", process -> String.format(Locale.ROOT, "%.1f", process.cpuPercent()));
            case "pmem", "%mem" -> new ProcessColumn("%MEM", process -> String.format(Locale.ROOT, "%.1f", process.memoryPercent()));
            case "vsz", "vsize" -> number("VSZ", ProcessStatus::virtualKib);
            case "rss", "rssize", "rsz" -> number(name.equals("rss") ? "RSS" : "RSZ", ProcessStatus::residentKib);
            case "ni", "nice" -> number("NI", ProcessStatus::nice);
            case "nlwp", "thcount" -> number(name.equals("nlwp") ? "NLWP" : "THCNT", ProcessStatus::threads);
            case "tty", "tt", "tname" -> new ProcessColumn(name.equals("tt") ? "TT" : "TTY", ProcessStatus::terminal);
            case "stat" -> new ProcessColumn("STAT", ProcessStatus::stat);
            case "s", "state" -> new ProcessColumn("S", process -> process.stat().substring(0, 1));
            case "stime", "start_time" -> new ProcessColumn(name.equals("stime") ? "STIME" : "START", ProcessStatus::started);
            case "start" -> new ProcessColumn("START", ProcessStatus::started);
            case "time", "cputime" -> new ProcessColumn("TIME", ProcessStatus::time);
            case "etimes" -> number("ELAPSED", ProcessStatus::elapsedSeconds);
            case "comm", "ucomm" -> new ProcessColumn("COMMAND", ProcessStatus::name);
            case "ucmd" -> new ProcessColumn("CMD", ProcessStatus::name);
            case "cmd" -> new ProcessColumn("CMD", ProcessStatus::command);
            case "args", "command" -> new ProcessColumn("COMMAND", ProcessStatus::command);
            default -> throw new InvalidArgumentException("ps column \"" + (name.length() > 100 ? name.substring(0, 100) + "..." : name)
                    + "\" is not supported");
        };
    }

    private static ProcessColumn number(String title, Function<ProcessStatus, Number> value) {
        return new ProcessColumn(title, process -> value.apply(process).toString());
    }
}

package io.berth.it;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The logs of the dashboard in a browser: frontend/e2e/logs.mjs does and checks what a user would. */
class LogsPageIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    /** What programs print, kind and unkind; the long line is a mebibyte. */
    private static final String PRINTS = """
            echo 'plain words'; echo '2026-01-02 ERROR it broke'; echo '{"level":"warn","msg":"from json","n":1}'; echo 'ts=1 level=debug msg=quiet'
            printf '\\033[31mred words\\033[0m and plain\\n'; printf '\\033]0;a title\\007\\033[2J\\342\\200\\256gnp.exe <img src=x onerror=alert(1)>\\n'
            echo 'said on the other stream' >&2; head -c 1048576 /dev/zero | tr '\\0' x; echo; echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!; echo 'last of the run'
            trap 'exit 0' TERM; sleep 1000 & wait""";

    @Test
    void userReadsSearchesFollowsAndMergesLogs() throws IOException {
        BERTH.docker("run", "-d", "--name", "log-web", "busybox", "sh", "-c", PRINTS).ok();
        // It prints before the others and beside them: some of it is wherever one looks, and at the very begin.
        BERTH.docker("run", "-d", "--name", "log-fleeting", "--stop-timeout", "1", "busybox", "sh", "-c", "while :; do echo here for a moment; usleep 500000; done").ok();
        BERTH.docker("run", "-d", "--name", "log-tick", "--stop-timeout", "1", "busybox", "sh", "-c", "i=0; while :; do i=$((i+1)); echo tick $i; usleep 50000; done").ok();
        BERTH.docker("run", "-d", "--name", "log-tock", "--stop-timeout", "1", "busybox", "sh", "-c", "i=0; while :; do i=$((i+1)); echo tock $i; usleep 90000; done").ok();
        BERTH.docker("run", "--name", "log-many", "--log-opt", "max-size=200k", "--log-opt", "max-file=100", "busybox", "sh", "-c",
                "seq 30000 | sed 's/.*/line & of it/'").ok();
        BERTH.docker("run", "--name", "log-brief", "busybox", "echo", "my last words").ok();
        BrowserScript.run(BERTH, "logs.mjs", "log");
    }
}

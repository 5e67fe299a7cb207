package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is mounted into containers: where it comes from, how it is mounted, and what becomes of it. */
class MountsIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    @Test
    void volumesOfOthersAreMountedAtTheSamePlaces() {
        BERTH.docker("create", "--name", "store", "-v", "named:/named", "-v", "/anonymous", "-v", BERTH.home() + ":/bound:ro", "--tmpfs", "/own", "busybox").ok();
        BERTH.docker("run", "--rm", "--volumes-from", "store", "busybox", "sh", "-c", "echo n > /named/f; echo a > /anonymous/f; ! touch /bound/f").ok();
        BERTH.docker("run", "--name", "reader", "--volumes-from", "store:ro", "-v", "over:/named", "busybox", "sh", "-c",
                "cat /anonymous/f; ls /named; ! touch /anonymous/g && touch /named/g && ! test -e /own").expect(0);
        assertThat(BERTH.docker("inspect", "-f", "{{range .Mounts}}{{.Type}} {{.Destination}} {{.RW}},{{end}}", "reader").ok().split(","))
                .containsExactlyInAnyOrder("volume /named true", "volume /anonymous false", "bind /bound false");
        var anonymous = BERTH.docker("inspect", "-f", "{{range .Mounts}}{{if eq .Destination \"/anonymous\"}}{{.Name}}{{end}}{{end}}", "reader").ok();
        BERTH.docker("rm", "-v", "store").ok();
        assertThat(BERTH.docker("volume", "ls", "-q").ok().lines()).contains(anonymous, "named", "over");
        BERTH.docker("rm", "-v", "reader").ok();
        assertThat(BERTH.docker("volume", "ls", "-q").ok().lines()).doesNotContain(anonymous).contains("named", "over");
    }

    @Test
    void volumesOfNobodyAreRefused() {
        assertThat(BERTH.docker("create", "--volumes-from", "nobody", "busybox").expect(1).err()).contains("No such container: nobody");
        assertThat(BERTH.docker("create", "--volumes-from", "nobody:rslave", "busybox").expect(1).err()).contains("invalid mode: rslave");
    }
}

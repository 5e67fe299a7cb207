package io.berth.insight;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CgroupGaugesTests {

    @Test
    void pressureIsReadAsTheKernelWritesIt() {
        var shares = CgroupGauges.shares("some avg10=1.50 avg60=0.25 avg300=0.00 total=12345\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=7\n");
        assertThat(shares).containsEntry("some", new CgroupView.Share(1.5, 0.25, 0, 12_345)).containsEntry("full", new CgroupView.Share(0, 0, 0, 7));
    }

    @Test
    void whatTheKernelDoesNotTellIsNothing() {
        assertThat(CgroupGauges.shares(null)).isEmpty();
        assertThat(CgroupGauges.shares("")).isEmpty();
    }
}

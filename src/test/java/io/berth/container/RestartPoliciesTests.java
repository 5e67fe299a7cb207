package io.berth.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.error.InvalidArgumentException;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RestartPoliciesTests {

    private static Container container(String policy, int limit, ContainerState state, boolean stoppedByHand) {
        var lost = ContainerDocument.lost(ContainerId.random(), "name", Instant.EPOCH, "");
        return lost.with(lost.hostConfig().withRestartPolicy(new HostConfig.RestartPolicy(policy, limit))).in(state)
                .supervised(new Container.Supervision(0, stoppedByHand));
    }

    private static ContainerState exited(int code, String error) {
        return new ContainerState.Exited(code, false, error, Instant.EPOCH, Instant.EPOCH);
    }

    @Test
    void alwaysReturnsEvenWhenStoppedByHand() {
        assertThat(RestartPolicies.isDue(container("always", 0, exited(0, ""), true))).isTrue();
        assertThat(RestartPolicies.isDue(container("unless-stopped", 0, exited(0, ""), true))).isFalse();
        assertThat(RestartPolicies.isDue(container("unless-stopped", 0, exited(0, ""), false))).isTrue();
        assertThat(RestartPolicies.isDue(container("no", 0, exited(1, ""), false))).isFalse();
    }

    @Test
    void onFailureReturnsWhenItHadFailedAndMayBeTriedAgain() {
        assertThat(RestartPolicies.isDue(container("on-failure", 0, exited(1, ""), false))).isTrue();
        assertThat(RestartPolicies.isDue(container("on-failure", 0, exited(255, ""), false))).isTrue();
        assertThat(RestartPolicies.isDue(container("on-failure", 0, exited(255, "nobody saw it"), false))).isFalse();
        assertThat(RestartPolicies.isDue(container("on-failure", 0, exited(0, ""), false))).isFalse();
        assertThat(RestartPolicies.isDue(container("on-failure", 0, exited(137, ""), true))).isFalse();
        assertThat(RestartPolicies.isDue(container("on-failure", 2, exited(1, ""), false).restarted(1))).isTrue();
        assertThat(RestartPolicies.isDue(container("on-failure", 2, exited(1, ""), false).restarted(2))).isFalse();
    }

    @Test
    void whatNeverRanOrRunsIsNotDue() {
        assertThat(RestartPolicies.isDue(container("always", 0, new ContainerState.Created(0, ""), false))).isFalse();
        assertThat(RestartPolicies.isDue(container("always", 0, new ContainerState.Running(1, Instant.EPOCH, false), false))).isFalse();
        assertThat(RestartPolicies.isDue(container("always", 0, new ContainerState.Dead("damaged"), false))).isFalse();
    }

    @Test
    void policiesThatCannotBeAreRefused() {
        assertThatCode(() -> RestartPolicies.check(new HostConfig.RestartPolicy("on-failure", 3), false)).doesNotThrowAnyException();
        assertThatCode(() -> RestartPolicies.check(new HostConfig.RestartPolicy("no", 0), true)).doesNotThrowAnyException();
        assertThatThrownBy(() -> RestartPolicies.check(new HostConfig.RestartPolicy("always", 3), false)).isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> RestartPolicies.check(new HostConfig.RestartPolicy("on-failure", -1), false)).isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> RestartPolicies.check(new HostConfig.RestartPolicy("often", 0), false)).hasMessageContaining("often");
        assertThatThrownBy(() -> RestartPolicies.check(new HostConfig.RestartPolicy("always", 0), true)).hasMessageContaining("AutoRemove");
    }
}

package io.berth.image;

import io.berth.error.EngineException;
import io.berth.instance.RunMark;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Checks, behind the service's back, the layers of images that came in while the machine went down. All that was acknowledged should be
 * whole by the order of our writes; disks that lie about them are the reason to look.
 */
@Component
class CheckAfterPowerCut {

    private static final Logger LOG = LoggerFactory.getLogger(CheckAfterPowerCut.class);

    private final RunMark mark;
    private final Images images;
    private final LayerCheck check;

    CheckAfterPowerCut(RunMark mark, Images images, LayerCheck check) {
        this.mark = mark;
        this.images = images;
        this.check = check;
    }

    @EventListener(ApplicationReadyEvent.class)
    void begin() {
        mark.cutRun().ifPresent(begun -> Thread.ofVirtual().name("check-after-power-cut").start(() -> checkSince(begun)));
    }

    private void checkSince(Instant begun) {
        try {
            var young = images.list().stream().filter(image -> image.lastTagged() == null || !image.lastTagged().isBefore(begun)).toList();
            var layers = check.check(young);
            long damaged = layers.stream().filter(layer -> layer.state() != CheckedLayer.State.WHOLE).count();
            LOG.info("the machine went down while the service ran: {} layers of {} images that were young then were checked, {} were damaged",
                    layers.size(), young.size(), damaged);
        } catch (EngineException failure) {
            LOG.error("the layers that were young when the machine went down cannot be checked", failure);
        }
    }
}

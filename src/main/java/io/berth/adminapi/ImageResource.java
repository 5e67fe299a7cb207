package io.berth.adminapi;

import io.berth.image.CheckedLayer;
import io.berth.image.Image;
import io.berth.image.Images;
import io.berth.image.LayerCheck;
import io.berth.oci.ImageReference;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Images: list and check. */
@RestController
class ImageResource {

    private final Images images;
    private final LayerCheck check;

    ImageResource(Images images, LayerCheck check) {
        this.images = images;
        this.check = check;
    }

    /** An image on the wire. */
    record ImageView(String id, List<String> tags, long sizeBytes, Instant createdAt) {

        static ImageView of(Image image) {
            return new ImageView(image.id().toString(), image.tags().stream().map(ImageReference::familiar).toList(), image.sizeBytes(),
                    image.created());
        }
    }

    @GetMapping("/api/v1/images")
    ContainerResource.Items<ImageView> list() {
        return new ContainerResource.Items<>(images.list().stream().map(ImageView::of).toList());
    }

    /** A layer after a check: {@code whole}, {@code mended} from its bytes, or {@code lost}: to be pulled again. */
    record CheckView(String diffId, String state, @Nullable String difference) {

        static CheckView of(CheckedLayer layer) {
            return new CheckView(layer.diffId().toString(), layer.state().name().toLowerCase(Locale.ROOT), layer.difference());
        }
    }

    /** Checks the layers of an image, or of all, against what their digests promise, and mends what it can. */
    @PostMapping("/api/v1/images/check")
    ContainerResource.Items<CheckView> check(@RequestParam(defaultValue = "") String reference) {
        var asked = reference.isEmpty() ? images.list() : List.of(images.require(reference));
        return new ContainerResource.Items<>(check.check(asked).stream().map(CheckView::of).toList());
    }
}

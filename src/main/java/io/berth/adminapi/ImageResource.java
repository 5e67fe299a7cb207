package io.berth.adminapi;

import io.berth.image.Image;
import io.berth.image.Images;
import io.berth.oci.ImageReference;
import java.time.Instant;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Images: list. */
@RestController
class ImageResource {

    private final Images images;

    ImageResource(Images images) {
        this.images = images;
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
}

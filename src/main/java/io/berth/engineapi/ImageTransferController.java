package io.berth.engineapi;

import io.berth.image.ImageImporter;
import io.berth.image.ImagePuller;
import io.berth.image.ImagePusher;
import io.berth.image.PulledImage;
import io.berth.image.RegistryCredentials;
import io.berth.oci.ImageReference;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code ImageCreate} and {@code ImagePush} of the Docker Engine API: images that come from elsewhere and go there. */
@RestController
class ImageTransferController {

    private static final int PUSHES_ONE_PLATFORM = 46;

    private final ImageImporter importer;
    private final ImagePuller puller;
    private final ImagePusher pusher;

    ImageTransferController(ImageImporter importer, ImagePuller puller, ImagePusher pusher) {
        this.importer = importer;
        this.puller = puller;
        this.pusher = pusher;
    }

    @PostMapping("/images/create")
    void create(HttpServletRequest request, HttpServletResponse response) throws IOException {
        var query = Query.of(request);
        if (query.text("fromSrc").isEmpty()) {
            pull(query, credentials(request), response);
        } else {
            importRootfs(query, request, response);
        }
    }

    private void importRootfs(Query query, HttpServletRequest request, HttpServletResponse response) throws IOException {
        var source = query.text("fromSrc");
        var platform = PlatformQuery.text(query);
        var message = query.text("message").isEmpty() ? "Imported from " + source : query.text("message");
        var asked = new ImageImporter.Asked(ImageReferences.asked(query), query.all("changes"), message, platform);
        var stream = new ImportStream(response);
        var body = ClientBody.of(request);
        stream.tell(() -> stream.ends(source.equals("-") ? importer.importRootfs(body, asked) : importer.importFrom(source, asked, stream)));
    }

    private void pull(Query query, @Nullable RegistryCredentials credentials, HttpServletResponse response) {
        var platform = PlatformQuery.text(query);
        var named = ImageReference.parse(query.text("fromImage"));
        var tag = query.text("tag");
        var stream = new PullStream(response, platform);
        if (tag.isEmpty() && named.isRepository()) {
            // A repository without a tag is all its tags.
            stream.tell(() -> stream.ends(named.familiarRepository(),
                    puller.pullAll(named, platform, credentials, stream).stream().anyMatch(PulledImage::isNew)));
            return;
        }
        var reference = ImageReferences.toPull(named, tag);
        stream.tell(() -> stream.ends(reference.familiar(), puller.pull(reference, platform, credentials, stream).isNew()));
    }

    /** @param name as it is in the path; the tag may be in it */
    void push(String name, HttpServletRequest request, HttpServletResponse response) {
        var query = Query.of(request);
        var named = ImageReference.parse(name);
        var reference = query.text("tag").isEmpty() ? named : named.withTag(query.text("tag"));
        var platform = PlatformQuery.json(request, PUSHES_ONE_PLATFORM);
        var credentials = credentials(request);
        var stream = new PushStream(response);
        stream.tell(() -> pusher.push(reference, platform, credentials, stream));
    }

    private static @Nullable RegistryCredentials credentials(HttpServletRequest request) {
        return RegistryCredentials.parse(request.getHeader("X-Registry-Auth"));
    }
}

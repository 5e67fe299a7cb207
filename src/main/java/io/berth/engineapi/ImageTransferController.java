package io.berth.engineapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.berth.error.EngineException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotImplementedException;
import io.berth.http.ApiVersion;
import io.berth.image.ImageImporter;
import io.berth.image.ImagePuller;
import io.berth.image.ImagePusher;
import io.berth.image.RegistryCredentials;
import io.berth.oci.ImageReference;
import io.berth.oci.Platform;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** {@code ImageCreate} and {@code ImagePush} of the Docker Engine API: images that come from elsewhere and go there. */
@RestController
class ImageTransferController {

    private static final Logger LOG = LoggerFactory.getLogger(ImageTransferController.class);
    private static final JsonMapper JSON = new JsonMapper();
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
        var source = query.text("fromSrc");
        if (source.isEmpty()) {
            pull(query, credentials(request), response);
            return;
        }
        if (!source.equals("-")) {
            throw new NotImplementedException("not supported yet: importing from a URL");
        }
        var platform = query.text("platform").isEmpty() ? Platform.host() : Platform.parse(query.text("platform"));
        var message = query.text("message").isEmpty() ? "Imported from " + source : query.text("message");
        var image = importer.importRootfs(request.getInputStream(), ImageReferences.asked(query), query.all("changes"), message, platform);
        response.setContentType("application/json");
        response.getOutputStream().write(DockerJson.line(Wire.of("status", image.id().toString())));
    }

    private void pull(Query query, @Nullable RegistryCredentials credentials, HttpServletResponse response) {
        var reference = ImageReferences.toPull(query.text("fromImage"), query.text("tag"));
        var platform = query.text("platform").isEmpty() ? null : Platform.parse(query.text("platform"));
        var stream = new PullStream(response);
        tell(stream, () -> stream.ends(puller.pull(reference, platform, credentials, stream)));
    }

    /** @param name as it is in the path; the tag may be in it */
    void push(String name, HttpServletRequest request, HttpServletResponse response) {
        var query = Query.of(request);
        var named = ImageReference.parse(name);
        var reference = query.text("tag").isEmpty() ? named : named.withTag(query.text("tag"));
        var platform = ApiVersion.of(request).atLeast(PUSHES_ONE_PLATFORM) ? platform(query.text("platform")) : null;
        var credentials = credentials(request);
        var stream = new PushStream(response);
        tell(stream, () -> pusher.push(reference, platform, credentials, stream));
    }

    record AskedPlatform(@JsonProperty("os") @Nullable String os, @JsonProperty("architecture") @Nullable String architecture,
            @JsonProperty("variant") @Nullable String variant) {}

    /** A platform as the API has it for pushes: JSON, where pulls have text. */
    private static @Nullable Platform platform(String json) {
        if (json.isEmpty()) {
            return null;
        }
        try {
            var asked = JSON.readValue(json, AskedPlatform.class);
            if (asked != null && asked.os() != null && asked.architecture() != null) {
                return new Platform(asked.os(), asked.architecture(), asked.variant());
            }
        } catch (JacksonException malformed) {
            throw new InvalidArgumentException("failed to parse platform: " + malformed.getOriginalMessage(), malformed);
        }
        throw new InvalidArgumentException("both OS and Architecture must be provided");
    }

    private static @Nullable RegistryCredentials credentials(HttpServletRequest request) {
        return RegistryCredentials.parse(request.getHeader("X-Registry-Auth"));
    }

    private static void tell(TransferStream stream, Runnable transfer) {
        try {
            transfer.run();
        } catch (EngineException failure) {
            if (!stream.hasBegun()) {
                throw failure;
            }
            if (DockerErrors.statusOf(failure) == 500) {
                LOG.error("request failed", failure);
            }
            stream.fails(failure);
        } catch (UncheckedIOException broken) {
            if (!stream.isGone()) {
                throw broken;
            }
            LOG.debug("the client is gone", broken);
        }
    }
}

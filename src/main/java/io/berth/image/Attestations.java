package io.berth.image;

import io.berth.error.EngineException;
import io.berth.image.registry.RegistryClient.Document;
import io.berth.oci.Descriptor;
import io.berth.oci.Digest;
import io.berth.oci.Manifest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an index says of how the image of one of its platforms was made. It is not looked into: it is kept so that the image can be passed
 * on whole.
 *
 * <p>Source: BuildKit's attestation storage.
 */
final class Attestations {

    private static final Logger LOG = LoggerFactory.getLogger(Attestations.class);
    private static final String TYPE = "vnd.docker.reference.type";
    static final String OF = "vnd.docker.reference.digest";
    private static final int MOST = 4;
    private static final int MOST_PARTS = 16;
    private static final int LONGEST_TYPE = 255;

    private Attestations() {}

    /** The entries of an index that are about this manifest. */
    static List<Descriptor> of(List<Descriptor> entries, Digest manifest) {
        return entries.stream().filter(entry -> "attestation-manifest".equals(entry.annotations().get(TYPE)))
                .filter(entry -> manifest.toString().equals(entry.annotations().get(OF))).limit(MOST).toList();
    }

    /** Fetches those of an image that are not there yet, with what they consist of. Without them the image is as good as with them. */
    static List<Document> fetch(RemoteImage remote, Set<Digest> there) {
        var documents = new ArrayList<Document>();
        for (Descriptor entry : remote.attestations()) {
            try {
                if (!there.contains(entry.digest())) {
                    documents.addAll(fetch(remote, entry));
                }
            } catch (IOException | EngineException failure) {
                LOG.info("attestation {} of {} is left out: {}", entry.digest(), remote.repository(), failure.getMessage());
            }
        }
        return documents;
    }

    private static List<Document> fetch(RemoteImage remote, Descriptor entry) throws IOException {
        Document manifest = remote.client().manifest(remote.repository(), entry.digest().toString());
        var documents = new ArrayList<Document>();
        for (Descriptor part : parts(Manifest.parse(manifest.bytes()))) {
            if (part.mediaType().length() > LONGEST_TYPE || documents.size() == MOST_PARTS) {
                throw new IOException("it has more parts than it may have, or one of an unknown kind");
            }
            documents.add(new Document(part.digest(), part.mediaType(), RemoteImage.content(remote.client(), remote.repository(), part)));
        }
        documents.add(manifest);
        return documents;
    }

    /** What a manifest consists of. */
    static List<Descriptor> parts(Manifest manifest) {
        var parts = new ArrayList<>(manifest.layers());
        parts.add(manifest.config());
        return parts;
    }
}

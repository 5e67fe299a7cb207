package io.berth.image;

import io.berth.archive.TarEntry;
import io.berth.archive.TarWriter;
import io.berth.oci.Descriptor;
import io.berth.oci.Digest;
import io.berth.oci.ImageIndex;
import io.berth.oci.ImageReference;
import io.berth.oci.Manifest;
import io.berth.oci.MediaTypes;
import io.berth.oci.Platform;
import io.berth.storage.BlobStore;
import io.berth.storage.ChainId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Writes images as docker-archive and OCI layout in one: both lists of contents name the same blobs, and layers are plain. Equal
 * images make equal archives.
 *
 * <p>Source: what Docker 25 and later write.
 */
final class ArchiveWriter {

    /** An image and the names under which it goes into the archive. */
    private record Item(StoredImage image, Collection<ImageReference> names) {}

    private final ImageStore store;
    private final BlobStore blobs;
    private final Map<Digest, Item> items = new LinkedHashMap<>();

    ArchiveWriter(ImageStore store, BlobStore blobs) {
        this.store = store;
        this.blobs = blobs;
    }

    /** Adds an image; its blobs are kept from removal by the lease. */
    void add(StoredImage image, Collection<ImageReference> names, LayerLeases.Lease lease) {
        lease.addBlob(image.id());
        image.layers().forEach(layer -> lease.addBlob(layer.blob().digest()));
        lease.addChains(ChainId.ofLayers(image.diffIds()));
        items.merge(image.id(), new Item(image, new TreeSet<>(names)), (before, more) -> {
            var all = new TreeSet<>(before.names());
            all.addAll(more.names());
            return new Item(image, all);
        });
    }

    List<StoredImage> images() {
        return items.values().stream().map(Item::image).toList();
    }

    void write(OutputStream out) throws IOException {
        var index = new ArrayList<Descriptor>();
        var list = new ArrayList<DockerArchive.Item>();
        var repositories = new TreeMap<String, Map<String, String>>();
        try (var tar = new TarWriter(out)) {
            tar.put(TarEntry.directory("blobs", 0755, Instant.EPOCH));
            tar.put(TarEntry.directory("blobs/sha256", 0755, Instant.EPOCH));
            var written = new TreeSet<Digest>();
            for (Item item : items.values()) {
                Descriptor manifest = writeImage(tar, item.image(), written);
                index.addAll(indexEntries(manifest, item));
                list.add(listItem(item));
                addRepositories(repositories, item);
            }
            put(tar, OciLayout.INDEX, ImageIndex.ofOci(index).toJson());
            put(tar, DockerArchive.MANIFEST, DockerArchive.write(list));
            put(tar, OciLayout.LAYOUT, OciLayout.LAYOUT_CONTENT.getBytes(StandardCharsets.US_ASCII));
            if (!repositories.isEmpty()) {
                put(tar, DockerArchive.REPOSITORIES, DockerArchive.writeRepositories(repositories));
            }
        }
    }

    private Descriptor writeImage(TarWriter tar, StoredImage image, TreeSet<Digest> written) throws IOException {
        for (StoredLayer layer : image.layers()) {
            if (written.add(layer.diffId())) {
                writeLayer(tar, layer, created(image));
            }
        }
        byte[] config = store.configBytes(image.id());
        putBlob(tar, image.id(), config, created(image), written);
        KeptManifest.Document manifest = manifest(image, config);
        putBlob(tar, manifest.descriptor().digest(), manifest.bytes(), created(image), written);
        return manifest.descriptor();
    }

    /** The manifest that an archive has of an image: its layers are plain. */
    static KeptManifest.Document manifest(StoredImage image, byte[] config) {
        List<Descriptor> layers = image.layers().stream().map(layer -> new Descriptor(MediaTypes.OCI_LAYER, layer.diffId(), layer.tarBytes())).toList();
        byte[] manifest = Manifest.ofOci(new Descriptor(MediaTypes.OCI_CONFIG, image.id(), config.length), layers).toJson();
        return new KeptManifest.Document(new Descriptor(MediaTypes.OCI_MANIFEST, Digest.of(manifest), manifest.length), manifest);
    }

    private void writeLayer(TarWriter tar, StoredLayer layer, Instant created) throws IOException {
        try (InputStream plain = LayerPacking.plain(blobs, layer)) {
            tar.put(TarEntry.file(OciLayout.blobName(layer.diffId()), 0644, layer.tarBytes(), created), plain);
        }
    }

    private static void putBlob(TarWriter tar, Digest digest, byte[] content, Instant created, TreeSet<Digest> written)
            throws IOException {
        if (written.add(digest)) {
            tar.put(TarEntry.file(OciLayout.blobName(digest), 0644, content.length, created), new ByteArrayInputStream(content));
        }
    }

    private static void put(TarWriter tar, String name, byte[] content) throws IOException {
        tar.put(TarEntry.file(name, 0644, content.length, Instant.EPOCH), new ByteArrayInputStream(content));
    }

    private static Instant created(StoredImage image) {
        Instant created = image.config().created();
        return created == null || created.isBefore(Instant.EPOCH) ? Instant.EPOCH : Instant.ofEpochSecond(created.getEpochSecond());
    }

    private static List<Descriptor> indexEntries(Descriptor manifest, Item item) {
        Platform platform = item.image().config().platform();
        Descriptor entry = platform.os().isEmpty() ? manifest : manifest.withPlatform(platform);
        if (item.names().isEmpty()) {
            return List.of(entry);
        }
        return item.names().stream().map(name -> entry.withAnnotations(Map.of(Descriptor.CONTAINERD_IMAGE_NAME, name.canonical(),
                Descriptor.REF_NAME, String.valueOf(name.tag())))).toList();
    }

    private static DockerArchive.Item listItem(Item item) {
        List<String> tags = item.names().stream().map(ImageReference::familiar).toList();
        return new DockerArchive.Item(OciLayout.blobName(item.image().id()), tags.isEmpty() ? null : tags,
                item.image().diffIds().stream().map(OciLayout::blobName).toList());
    }

    private static void addRepositories(Map<String, Map<String, String>> repositories, Item item) {
        if (item.image().layers().isEmpty()) {
            return;
        }
        String top = item.image().layers().getLast().diffId().hex();
        item.names().forEach(name -> repositories.computeIfAbsent(name.familiarRepository(), key -> new TreeMap<>())
                .put(String.valueOf(name.tag()), top));
    }
}

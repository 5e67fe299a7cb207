package io.berth.image;

import io.berth.event.EventJournal;
import io.berth.event.EventType;
import io.berth.oci.ImageReference;
import java.util.HashMap;
import org.springframework.stereotype.Component;

/** Writes what happens to images into the journal, with their labels as Docker does. */
@Component
class JournalImageEvents implements ImageEvents {

    private final EventJournal journal;

    JournalImageEvents(EventJournal journal) {
        this.journal = journal;
    }

    @Override
    public void record(String action, StoredImage image, String name) {
        append(action, image, image.id().toString(), name);
    }

    @Override
    public void transferred(String action, StoredImage image, ImageReference name) {
        append(action, image, name.familiar(), name.familiarRepository());
    }

    private void append(String action, StoredImage image, String id, String name) {
        var attributes = new HashMap<>(image.config().config().labels());
        attributes.put("name", name);
        journal.append(EventType.IMAGE, action, id, attributes);
    }
}

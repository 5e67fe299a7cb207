package io.berth.image;

import io.berth.event.EventJournal;
import io.berth.event.EventType;
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
        var attributes = new HashMap<>(image.config().config().labels());
        attributes.put("name", name);
        journal.append(EventType.IMAGE, action, image.id().toString(), attributes);
    }
}

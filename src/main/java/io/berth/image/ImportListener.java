package io.berth.image;

/** Hears how an import from a web server gets on. Called by the importing thread; what it throws ends the import and undoes it. */
public interface ImportListener {

    /** The server has answered. @param url as it was asked for */
    void begins(String url);

    /** @param bytes that came so far @param totalBytes that will come; 0 when the server does not say */
    void read(long bytes, long totalBytes);
}

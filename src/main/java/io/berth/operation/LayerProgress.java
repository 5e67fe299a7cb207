package io.berth.operation;

/**
 * How far a layer is, as it was at one moment.
 *
 * @param currentBytes of {@code totalBytes}, in this step
 */
public record LayerProgress(String digest, LayerStep step, long currentBytes, long totalBytes) {}

package io.berth.image;

/** A container that was made of an image. */
public record ImageUse(String containerId, boolean running) {}

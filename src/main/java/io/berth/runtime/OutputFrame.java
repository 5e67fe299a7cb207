package io.berth.runtime;

import io.berth.log.StreamKind;
import java.nio.ByteBuffer;

/** A piece of output. The buffer is the receiver's until the next read. */
public record OutputFrame(StreamKind stream, ByteBuffer data) {}

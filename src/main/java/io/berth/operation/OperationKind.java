package io.berth.operation;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What kind of work an operation is. */
public enum OperationKind {
    @JsonProperty("pull") PULL,
    @JsonProperty("push") PUSH,
    @JsonProperty("load") LOAD,
    @JsonProperty("import") IMPORT,
    @JsonProperty("backup") BACKUP,
    @JsonProperty("restore") RESTORE,
    @JsonProperty("clone") CLONE,
    @JsonProperty("rescue") RESCUE
}

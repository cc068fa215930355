package io.sluice.log.segment;

/**
 * The fixed part in front of each record's body.
 *
 * @param bodyCrc CRC32C of the body
 * @param forcedOffset every byte of this segment below it was known to be on disk when the record was written; recovery tells a torn tail from damage by it
 * @param previousCrc header CRC of the record before it in this segment (0 for the first): records left over from before a cut never follow a new one
 */
record RecordHeader(
        RecordType type, long index, long term, int bodyLength, int bodyCrc, int forcedOffset, int previousCrc) {
    int totalBytes() {
        return RecordCodec.recordBytes(bodyLength);
    }
}

package io.sluice.log.raft;

import com.google.protobuf.ByteString;
import io.sluice.log.api.LogConfiguration;
import io.sluice.log.api.LogMember;
import io.sluice.log.raft.ReplicaFile.Stage;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** What nodes ask each other about the members of a log, and its form on the wire: a version byte, then the fields in order. */
final class MemberMessage {
    private static final int VERSION = 1;
    private static final int MAX_MEMBERS = 1000;

    private MemberMessage() {}

    /**
     * How does the log stand with you, and may I join it?
     *
     * @param node that asks; {@link io.sluice.log.rpc.PeerCalls} carries it, so that it can be compared with the certificate
     * @param incarnation of the asker who wants to join, 0 if it only asks
     * @param lastIndex last entry that the asker has
     */
    record Question(String log, String node, int incarnation, long lastIndex) {
        ByteString encode() {
            return written(out -> {
                out.writeUTF(log);
                out.writeInt(incarnation);
                out.writeLong(lastIndex);
            });
        }

        static Question decode(String asker, ByteString bytes) {
            return read(bytes, in -> new Question(in.readUTF(), asker, in.readInt(), in.readLong()));
        }
    }

    /**
     * What the other one knows.
     *
     * @param stage of its own replica
     * @param verdict what became of the wish to join; {@link Verdict#NOT_LEADER} from all but the leader
     * @param why text for a refusal
     * @param members as the leader knows them; empty from others
     */
    record Answer(Stage stage, Verdict verdict, String why, LogConfiguration members) {
        ByteString encode() {
            return written(out -> {
                out.writeByte(stage.ordinal());
                out.writeByte(verdict.ordinal());
                out.writeUTF(why);
                writeMembers(out, members.voters());
                writeMembers(out, members.learners());
            });
        }

        static Answer decode(ByteString bytes) {
            return read(
                    bytes,
                    in -> new Answer(
                            Stage.values()[in.readByte()],
                            Verdict.values()[in.readByte()],
                            in.readUTF(),
                            new LogConfiguration(readMembers(in), readMembers(in))));
        }
    }

    /** What a leader says to a replica that wants to join. */
    enum Verdict {
        NOT_LEADER,
        /** A step is under way, or must wait for the replica to catch up: ask again. */
        WAIT,
        REFUSED,
        JOINED
    }

    private static void writeMembers(DataOutputStream out, List<LogMember> members) throws IOException {
        out.writeInt(members.size());
        for (LogMember member : members) {
            out.writeUTF(member.node());
            out.writeInt(member.incarnation());
        }
    }

    private static List<LogMember> readMembers(DataInputStream in) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > MAX_MEMBERS) {
            throw new IOException(count + " members");
        }
        List<LogMember> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            members.add(new LogMember(in.readUTF(), in.readInt()));
        }
        return members;
    }

    private static ByteString written(Writer fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            fields.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ByteString.copyFrom(bytes.toByteArray());
    }

    private static <T> T read(ByteString bytes, Reader<T> fields) {
        try (DataInputStream in = new DataInputStream(bytes.newInput())) {
            int version = in.readByte();
            if (version != VERSION) {
                throw new IOException("version " + version + "; known is " + VERSION);
            }
            return fields.read(in);
        } catch (IOException | ArrayIndexOutOfBoundsException e) {
            throw new IllegalArgumentException("malformed question or answer about members: " + e.getMessage(), e);
        }
    }

    private interface Writer {
        void write(DataOutputStream out) throws IOException;
    }

    private interface Reader<T> {
        T read(DataInputStream in) throws IOException;
    }
}

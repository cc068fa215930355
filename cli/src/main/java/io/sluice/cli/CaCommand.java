package io.sluice.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.cli.ca.AuthorityFiles;
import io.sluice.cli.ca.AuthorityFiles.Issued;
import io.sluice.cli.ca.NodeNames;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A private authority for TLS between nodes. */
@Command(
        name = "ca",
        description = "Make a private CA and certificates of nodes, for TLS between them (cluster.tls.*).",
        mixinStandardHelpOptions = true)
final class CaCommand extends CommandGroup {
    @Spec
    private CommandSpec command;

    /** A step that writes files. */
    private interface Step {
        Issued run() throws IOException, GeneralSecurityException;
    }

    @Command(description = "Make the CA: ca.pem for every node, ca.key to keep apart.", mixinStandardHelpOptions = true)
    void init(
            @Option(names = "--dir", defaultValue = "ca", description = "its folder (default: ${DEFAULT-VALUE})")
                    Path dir,
            @Option(names = "--name", defaultValue = "Sluice CA", description = "its name (default: ${DEFAULT-VALUE})")
                    String name,
            @Option(names = "--json", description = "print the answer as JSON, for scripts") boolean json) {
        Issued made = perform(() -> new AuthorityFiles(dir).init(name), "a CA is there already; give another --dir");
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("ca", made.ca().toString());
        answer.put("key", made.key().toString());
        answer.put("notAfter", made.notAfter().toString());
        Printer printer = new Printer(command.commandLine().getOut(), json);
        printer.print(answer);
        printer.say("Keep " + made.key() + " apart: whoever has it can make himself a node.");
    }

    @Command(
            description = "Make a node's key and certificate, which names its id and hosts.",
            mixinStandardHelpOptions = true)
    void issue(
            @Parameters(paramLabel = "NODE_ID", description = "its node.id") String nodeId,
            @Option(
                            names = "--host",
                            required = true,
                            split = ",",
                            paramLabel = "HOST",
                            description = "a host name or IP address under which it is reached; may be repeated")
                    List<String> hosts,
            @Option(names = "--dir", defaultValue = "ca", description = "the CA's folder (default: ${DEFAULT-VALUE})")
                    Path dir,
            @Option(
                            names = "--days",
                            defaultValue = "397",
                            description = "how long it is valid, at most as long as the CA (default: ${DEFAULT-VALUE})")
                    int days,
            @Option(names = "--renew", description = "replace the node's files by new ones") boolean renew,
            @Option(names = "--json", description = "print the answer as JSON, for scripts") boolean json) {
        if (days < 1 || days > 3650) {
            throw new CliException("--days: must be 1 to 3650, is " + days);
        }
        NodeNames names = new NodeNames(nodeId, hosts);
        Issued made = perform(
                () -> new AuthorityFiles(dir).issue(names, Duration.ofDays(days), renew),
                "the node has a certificate; --renew replaces it");
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("node", nodeId);
        hosts.forEach(answer.withArray("hosts")::add);
        answer.put("certificate", made.certificate().toString());
        answer.put("key", made.key().toString());
        answer.put("ca", made.ca().toString());
        answer.put("notAfter", made.notAfter().toString());
        new Printer(command.commandLine().getOut(), json).print(answer);
    }

    private static Issued perform(Step step, String whenThere) {
        try {
            return step.run();
        } catch (FileAlreadyExistsException e) {
            throw new CliException(e.getFile() + " exists: " + whenThere);
        } catch (IOException e) {
            throw new CliException("can't read or write the CA's files: " + e);
        } catch (GeneralSecurityException | IllegalStateException e) {
            throw new CliException(String.valueOf(e.getMessage()));
        }
    }
}

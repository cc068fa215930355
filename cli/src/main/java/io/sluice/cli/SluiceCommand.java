package io.sluice.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The root of the command line; alone it only tells that a command is missing. */
@Command(
        name = "sluice",
        mixinStandardHelpOptions = true,
        version = "sluice 0.1.0",
        description = "A multi-tenant message queue: tenants, queues and messages from the command line.",
        subcommands = {
            TenantCommand.class,
            GroupCommand.class,
            QueueCommand.class,
            KeyCommand.class,
            LimitsCommand.class,
            PlanCommand.class,
            NodeCommand.class,
            CaCommand.class,
            PublishCommand.class,
            ConsumeCommand.class,
            DemoCommand.class,
            ClusterCommand.class,
            CommandLine.HelpCommand.class
        })
final class SluiceCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }
}

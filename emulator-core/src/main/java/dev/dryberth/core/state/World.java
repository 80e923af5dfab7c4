package dev.dryberth.core.state;

import dev.dryberth.core.model.AccountSetting;
import dev.dryberth.core.model.ClientToken;
import dev.dryberth.core.model.Cluster;
import dev.dryberth.core.model.ClusterArn;
import dev.dryberth.core.model.ContainerInstance;
import dev.dryberth.core.model.ContainerInstanceArn;
import dev.dryberth.core.model.Eni;
import dev.dryberth.core.model.Family;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.model.TaskDefinition;
import dev.dryberth.core.model.TaskDefinitionArn;
import dev.dryberth.core.model.Vpc;

import java.util.List;
import java.util.function.Function;

/** Everything the daemon knows, as typed tables. Owned by the loop thread. */
public final class World {

    private final Table<ClusterArn, Cluster> clusters =
            new Table<>("cluster", Cluster.class, ClusterArn::parse);
    private final Table<Family.Key, Family> families =
            new Table<>("family", Family.class, Family.Key::parse);
    private final Table<TaskDefinitionArn, TaskDefinition> taskDefinitions =
            new Table<>("task-definition", TaskDefinition.class, TaskDefinitionArn::parse);
    private final Table<TaskArn, Task> tasks = new Table<>("task", Task.class, TaskArn::parse);
    private final Table<ContainerInstanceArn, ContainerInstance> containerInstances =
            new Table<>("container-instance", ContainerInstance.class, ContainerInstanceArn::parse);
    private final Table<String, AccountSetting> accountSettings =
            new Table<>("account-setting", AccountSetting.class, Function.identity());
    private final Table<String, ClientToken> clientTokens =
            new Table<>("client-token", ClientToken.class, Function.identity());
    private final Table<String, Vpc> vpcs = new Table<>("vpc", Vpc.class, Function.identity());
    private final Table<String, Eni> enis = new Table<>("eni", Eni.class, Function.identity());

    public Table<ClusterArn, Cluster> clusters() {
        return clusters;
    }

    public Table<Family.Key, Family> families() {
        return families;
    }

    public Table<TaskDefinitionArn, TaskDefinition> taskDefinitions() {
        return taskDefinitions;
    }

    public Table<TaskArn, Task> tasks() {
        return tasks;
    }

    public Table<ContainerInstanceArn, ContainerInstance> containerInstances() {
        return containerInstances;
    }

    public Table<String, AccountSetting> accountSettings() {
        return accountSettings;
    }

    public Table<String, ClientToken> clientTokens() {
        return clientTokens;
    }

    /** VPCs by id. */
    public Table<String, Vpc> vpcs() {
        return vpcs;
    }

    /** Network interfaces by id: those of tasks and those of the ready pool. */
    public Table<String, Eni> enis() {
        return enis;
    }

    /** Every table, for the journal. */
    public List<Table<?, ?>> tables() {
        return List.of(
                clusters,
                families,
                taskDefinitions,
                tasks,
                containerInstances,
                accountSettings,
                clientTokens,
                vpcs,
                enis);
    }
}

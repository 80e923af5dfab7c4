package dev.dryberth.core.engine;

import dev.dryberth.core.loop.Ids;
import dev.dryberth.core.loop.Loop;
import dev.dryberth.core.model.Attribute;
import dev.dryberth.core.model.ClusterArn;
import dev.dryberth.core.model.Container;
import dev.dryberth.core.model.ContainerInstance;
import dev.dryberth.core.model.DesiredStatus;
import dev.dryberth.core.model.Eni;
import dev.dryberth.core.model.HealthStatus;
import dev.dryberth.core.model.LaunchType;
import dev.dryberth.core.model.NetworkMode;
import dev.dryberth.core.model.SubnetChoice;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.model.TaskOrigin;
import dev.dryberth.core.model.TaskOwner;
import dev.dryberth.core.model.TaskStatus;
import dev.dryberth.core.model.TaskTemplate;
import dev.dryberth.core.model.TaskTimes;
import dev.dryberth.core.model.Vpc;
import dev.dryberth.core.network.Addresses;
import dev.dryberth.core.placement.Places;
import dev.dryberth.core.placement.ProviderChoice;
import dev.dryberth.core.placement.Verdict;
import dev.dryberth.core.placement.Veto;
import dev.dryberth.core.runtime.Effect;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Makes tasks: places them and writes their rows, each with its interface where it needs one. The
 * engine carries them on from there. Loop thread.
 */
final class TaskMaker {

    private final Loop loop;
    private final Ids ids;
    private final Interfaces interfaces;

    TaskMaker(Loop loop, Ids ids, Interfaces interfaces) {
        this.loop = loop;
        this.ids = ids;
        this.interfaces = interfaces;
    }

    /**
     * Makes one task.
     *
     * @param siblings the tasks that share its capacity provider strategy
     * @param candidates the instances it may go to; not looked at for Fargate
     */
    Verdict make(
            Tx tx,
            ClusterArn cluster,
            TaskTemplate template,
            TaskOwner owner,
            Collection<Task> siblings,
            List<ContainerInstance> candidates,
            List<Effect> effects) {
        World world = tx.world();
        ContainerInstance instance = null;
        if (template.launchType() != LaunchType.FARGATE) {
            List<Veto> vetoes = new ArrayList<>();
            instance = Places.instance(world, template, candidates, vetoes);
            if (instance == null) {
                return new Verdict.Refused(List.copyOf(vetoes));
            }
        }
        TaskArn arn = new TaskArn(cluster.scope(), cluster.name(), ids.hex32());
        String zone = instance == null ? null : Places.zone(instance);
        Eni eni = null;
        SubnetChoice choice = template.subnets();
        if (choice != null) {
            Vpc vpc = world.vpcs().get(choice.vpcId());
            if (vpc == null) {
                return new Verdict.Refused(List.of(new Veto(choice.vpcId(), "MISSING")));
            }
            Vpc.Subnet subnet =
                    Places.subnet(
                            world,
                            Places.subnets(world, choice),
                            new World.TaskGroup(cluster, owner.group()),
                            owner.membership() == null ? null : owner.membership().revision(),
                            ids.random());
            try {
                eni = interfaces.take(tx, vpc, subnet, arn, effects);
            } catch (Addresses.SubnetFull e) {
                return new Verdict.Refused(List.of(new Veto(subnet.id(), "RESOURCE:ENI")));
            }
            zone = instance == null ? subnet.availabilityZone() : zone;
        }
        String provider =
                template.capacityProviders().isEmpty()
                        ? null
                        : ProviderChoice.next(template.capacityProviders(), siblings);
        Task task = row(arn, template, owner, provider, eni, zone, instance);
        tx.put(world.tasks(), arn, task);
        return new Verdict.Placed(task);
    }

    private Task row(
            TaskArn arn,
            TaskTemplate template,
            TaskOwner owner,
            @Nullable String provider,
            @Nullable Eni eni,
            @Nullable String zone,
            @Nullable ContainerInstance instance) {
        boolean fargate = template.launchType() == LaunchType.FARGATE;
        TaskOrigin origin =
                new TaskOrigin(
                        template.taskDefinition(),
                        owner.group(),
                        owner.startedBy(),
                        template.launchType(),
                        provider,
                        template.platformVersion(),
                        fargate ? "Linux" : null,
                        template.networkMode(),
                        template.cpu(),
                        template.memory(),
                        fargate ? template.ephemeralStorageGiB() : null,
                        zone,
                        instance == null ? null : instance.arn(),
                        owner.enableExecuteCommand(),
                        template.overrides(),
                        List.of(new Attribute("ecs.cpu-architecture", template.architecture())));
        List<Container> containers =
                template.recipes().stream()
                        .map(recipe -> Container.fresh(recipe, ids.uuid()))
                        .toList();
        TaskTimes times = TaskTimes.created(loop.clock().now());
        boolean hasInterface = template.networkMode() == NetworkMode.AWSVPC;
        return new Task(
                arn,
                origin,
                hasInterface ? TaskStatus.PROVISIONING : TaskStatus.PENDING,
                DesiredStatus.RUNNING,
                null,
                HealthStatus.UNKNOWN,
                containers,
                eni,
                hasInterface ? times : times.connectivity(loop.clock().now()),
                1,
                false,
                owner.tags(),
                owner.membership());
    }
}

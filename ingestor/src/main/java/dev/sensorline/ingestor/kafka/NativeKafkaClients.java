package dev.sensorline.ingestor.kafka;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import javax.security.auth.Subject;

import org.apache.kafka.clients.KafkaClient;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.clients.consumer.internals.ConsumerDelegate;
import org.apache.kafka.clients.consumer.internals.ConsumerMetadata;
import org.apache.kafka.clients.consumer.internals.SubscriptionState;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.network.ChannelMetadataRegistry;
import org.apache.kafka.common.network.TransportLayer;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Readable;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.ApiVersionsResponse;
import org.apache.kafka.common.requests.FetchResponse;
import org.apache.kafka.common.requests.FindCoordinatorResponse;
import org.apache.kafka.common.requests.HeartbeatResponse;
import org.apache.kafka.common.requests.InitProducerIdResponse;
import org.apache.kafka.common.requests.JoinGroupResponse;
import org.apache.kafka.common.requests.LeaveGroupResponse;
import org.apache.kafka.common.requests.ListOffsetsResponse;
import org.apache.kafka.common.requests.MetadataResponse;
import org.apache.kafka.common.requests.OffsetCommitResponse;
import org.apache.kafka.common.requests.OffsetFetchResponse;
import org.apache.kafka.common.requests.OffsetsForLeaderEpochResponse;
import org.apache.kafka.common.requests.ProduceResponse;
import org.apache.kafka.common.requests.SaslAuthenticateResponse;
import org.apache.kafka.common.requests.SaslHandshakeResponse;
import org.apache.kafka.common.requests.SyncGroupResponse;
import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;
import org.apache.kafka.common.security.authenticator.SaslServerAuthenticator;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.telemetry.internals.ClientTelemetryReporter;
import org.apache.kafka.common.utils.LogContext;
import org.apache.kafka.common.utils.Time;

import com.oracle.svm.core.annotate.Alias;
import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;

import io.smallrye.reactive.messaging.kafka.KafkaAdmin;

/**
 * GraalVM substitutions that keep out of the native executable what bridge and writer never use of Kafka's clients, which the
 * analysis of the code cannot know. They have no effect on the JVM. What an upgrade must look at: docs/internals.md.
 */
final class NativeKafkaClients {

    private NativeKafkaClients() {}

    private static UnsupportedOperationException absent(String what) {
        return new UnsupportedOperationException(what + " is not in this executable");
    }

    /** Metrics that brokers may ask clients for (KIP-714), with a shaded copy of protobuf and OpenTelemetry. */
    @TargetClass(className = "org.apache.kafka.clients.CommonClientConfigs")
    static final class WithoutTelemetry {

        @Substitute
        public static Optional<ClientTelemetryReporter> telemetryReporter(String clientId, AbstractConfig config) {
            return Optional.empty();
        }
    }

    /** The consumer of the second group protocol (KIP-848), {@code group.protocol=consumer}. */
    @TargetClass(className = "org.apache.kafka.clients.consumer.internals.ConsumerDelegateCreator")
    static final class ClassicConsumer {

        @Substitute
        @SuppressWarnings("unchecked")
        public <K, V> ConsumerDelegate<K, V> create(ConsumerConfig config, Deserializer<K> key, Deserializer<V> value) {
            return (ConsumerDelegate<K, V>) (Object) new Classic(config, key, value);
        }

        @Substitute
        public <K, V> ConsumerDelegate<K, V> create(
                LogContext logContext,
                Time time,
                ConsumerConfig config,
                Deserializer<K> key,
                Deserializer<V> value,
                KafkaClient client,
                SubscriptionState subscriptions,
                ConsumerMetadata metadata,
                List<ConsumerPartitionAssignor> assignors) {
            throw absent("A consumer for tests");
        }
    }

    @TargetClass(className = "org.apache.kafka.clients.consumer.internals.ClassicKafkaConsumer")
    static final class Classic {

        @Alias
        Classic(ConsumerConfig config, Deserializer<?> key, Deserializer<?> value) {}
    }

    /** The connector's own health checks, which are switched off: {@link KafkaWatch} replaces them. */
    @TargetClass(className = "io.smallrye.reactive.messaging.kafka.impl.KafkaAdminHelper")
    static final class WithoutAdministration {

        @Substitute
        public static KafkaAdmin createAdminClient(
                Map<String, Object> configuration, String channel, boolean incoming) {
            throw absent("Kafka's client for administration");
        }
    }

    /** The brokers' side of SASL. */
    @TargetClass(className = "org.apache.kafka.common.network.SaslChannelBuilder")
    static final class ClientsSide {

        @Substitute
        protected SaslServerAuthenticator buildServerAuthenticator(
                Map<String, ?> configs,
                Map<String, AuthenticateCallbackHandler> handlers,
                String id,
                TransportLayer transport,
                Map<String, Subject> subjects,
                Map<String, Long> connectionsMaxReauthMsByMechanism,
                ChannelMetadataRegistry registry) {
            throw absent("A broker");
        }
    }

    /** Answers to what a producer and a consumer in a group ask. */
    @TargetClass(className = "org.apache.kafka.common.requests.AbstractResponse")
    static final class Answers {

        @Substitute
        public static AbstractResponse parseResponse(ApiKeys key, Readable readable, short version) {
            return switch (key) {
                case PRODUCE -> ProduceResponse.parse(readable, version);
                case FETCH -> FetchResponse.parse(readable, version);
                case LIST_OFFSETS -> ListOffsetsResponse.parse(readable, version);
                case METADATA -> MetadataResponse.parse(readable, version);
                case OFFSET_COMMIT -> OffsetCommitResponse.parse(readable, version);
                case OFFSET_FETCH -> OffsetFetchResponse.parse(readable, version);
                case FIND_COORDINATOR -> FindCoordinatorResponse.parse(readable, version);
                case JOIN_GROUP -> JoinGroupResponse.parse(readable, version);
                case HEARTBEAT -> HeartbeatResponse.parse(readable, version);
                case LEAVE_GROUP -> LeaveGroupResponse.parse(readable, version);
                case SYNC_GROUP -> SyncGroupResponse.parse(readable, version);
                case SASL_HANDSHAKE -> SaslHandshakeResponse.parse(readable, version);
                case SASL_AUTHENTICATE -> SaslAuthenticateResponse.parse(readable, version);
                case API_VERSIONS -> ApiVersionsResponse.parse(readable, version);
                case INIT_PRODUCER_ID -> InitProducerIdResponse.parse(readable, version);
                case OFFSET_FOR_LEADER_EPOCH -> OffsetsForLeaderEpochResponse.parse(readable, version);
                default -> throw absent("The answer to " + key);
            };
        }
    }
}

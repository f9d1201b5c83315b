# The worker that renders tiles. Build from the root of the checkout, after ./tilth build:
#   docker build -f docker/render-worker.Dockerfile -t tilth/render-worker .
# BASE is any glibc image with a JDK or JRE 25 on its PATH.
ARG BASE=docker.io/library/eclipse-temurin:25-jre
FROM ${BASE}
RUN groupadd --gid 10001 tilth && useradd --uid 10001 --gid tilth --no-create-home --shell /usr/sbin/nologin tilth \
    && install -d -o tilth -g tilth /data
COPY render-worker/target/lib /opt/tilth/lib
COPY render-worker/target/render-worker-0.1.0-SNAPSHOT.jar /opt/tilth/lib/
COPY docker/jvm.options /opt/tilth/
COPY docker/worker.sh /opt/tilth/worker
USER 10001:10001
ENV TILTH_FARM=http://farm-api:8080
VOLUME /data
# The worker made its identity and is still the first process.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["bash", "-c", "test -s /data/worker.key && grep -q java /proc/1/comm"]
ENTRYPOINT ["/opt/tilth/worker"]

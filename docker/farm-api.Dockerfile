# The coordinator. Build from the root of the checkout, after ./tilth build:
#   docker build -f docker/farm-api.Dockerfile -t tilth/farm-api .
# BASE is any glibc image with a JDK or JRE 25 on its PATH.
ARG BASE=docker.io/library/eclipse-temurin:25-jre
FROM ${BASE}
RUN groupadd --gid 10001 tilth && useradd --uid 10001 --gid tilth --no-create-home --shell /usr/sbin/nologin tilth \
    && install -d -o tilth -g tilth /data
COPY farm-api/target/quarkus-app /opt/tilth
COPY docker/jvm.options /opt/tilth/
USER 10001:10001
ENV TILTH_DATA=/data TILTH_HOST=0.0.0.0 TILTH_PORT=8080
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --retries=6 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/$TILTH_PORT && printf 'GET /q/health/ready HTTP/1.0\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["java", "@/opt/tilth/jvm.options", "-XX:MaxRAMPercentage=60", "-jar", "/opt/tilth/quarkus-run.jar"]

# syntax=docker/dockerfile:1
# Build:  docker build -t intake101 .
# Run:    docker run --network host -v intake101-data:/data \
#           -e INTAKE101_QUEUE_REDIS=redis://127.0.0.1:6379/0 intake101
# RTP wants host networking or a published range of UDP ports (sip.media_ports).

FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY gateway ./gateway
COPY nlp ./nlp
COPY config ./config
COPY models ./models
RUN python -m venv /opt/intake101 \
 && /opt/intake101/bin/pip install --no-cache-dir .

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10101 --home-dir /data --shell /usr/sbin/nologin intake101 \
 && install -d -o intake101 -g intake101 -m 700 /data
COPY --from=build /opt/intake101 /opt/intake101
ENV PATH=/opt/intake101/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    INTAKE101_SITE_DATA=/data \
    INTAKE101_SIP_LISTEN=0.0.0.0:5060 \
    INTAKE101_DESK_LISTEN=127.0.0.1:8101
USER intake101
VOLUME /data
EXPOSE 5060/udp 8101/tcp
# SIGTERM drains: no new call, running ones end. Give it time: docker stop --time 600.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8102/health/live', timeout=2); r.urlopen('http://127.0.0.1:8101/health/live', timeout=2)"]
ENTRYPOINT ["intake101"]
CMD ["serve"]

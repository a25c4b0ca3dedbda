// SPDX-License-Identifier: MIT
// Loudness and true peak of raw 32-bit float samples on standard input, in C. With any decoder:
//     ffmpeg -v error -i song.flac -f f32le - | ./loudness 44100 2
// Built with: cc loudness.c $(pkg-config --cflags --libs gainstage) -o loudness
#include <gainstage.h>

#include <stdio.h>
#include <stdlib.h>

static int failed(gs_status status) {
    fprintf(stderr, "loudness: %s\n", gs_status_text(status));
    return 1;
}

int main(int argc, char** argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: loudness SAMPLE_RATE_HZ CHANNELS < samples\n");
        return 2;
    }
    const double sample_rate_hz = atof(argv[1]);
    const int channels = atoi(argv[2]);

    gs_meter* meter;
    gs_status status = gs_meter_new(sample_rate_hz, channels, NULL, &meter);
    if (status != GS_OK) {
        return failed(status);
    }

    float block[64 * 256]; // 256 frames of as many channels as there can be
    size_t frames;
    while ((frames = fread(block, sizeof(float) * (size_t)channels, 256, stdin)) > 0) {
        gs_meter_feed_interleaved(meter, block, frames);
    }

    gs_readings levels;
    status = gs_meter_read(meter, &levels, sizeof levels);
    double rms_aes17_dbfs;
    if (status == GS_OK) { // whatever has no place in the structure has a key
        status = gs_meter_read_key(meter, "rms_aes17_dbfs", -1, &rms_aes17_dbfs);
    }
    gs_meter_free(meter);
    if (status != GS_OK) {
        return failed(status);
    }
    printf("integrated %.2f LUFS\n", levels.integrated_lufs);
    printf("true peak %.2f dBTP\n", levels.true_peak_dbtp);
    printf("RMS %.2f dBFS\n", rms_aes17_dbfs);
    return 0;
}

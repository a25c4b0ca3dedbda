// SPDX-License-Identifier: MIT
// libFLAC decoding and nothing else, without the MD5 check: the floor under any metering of FLAC.
// bench/peers runs it.
#include <FLAC/stream_decoder.h>
#include <cstdint>
#include <cstdio>

namespace {

std::uint64_t decoded_frames = 0;

FLAC__StreamDecoderWriteStatus take(const FLAC__StreamDecoder* /*decoder*/,
                                    const FLAC__Frame* frame,
                                    const FLAC__int32* const* /*samples*/,
                                    void* /*client*/) {
    decoded_frames += frame->header.blocksize;
    return FLAC__STREAM_DECODER_WRITE_STATUS_CONTINUE;
}

void failed(const FLAC__StreamDecoder* /*decoder*/,
            FLAC__StreamDecoderErrorStatus status,
            void* /*client*/) {
    std::fprintf(stderr, "libflac_decode: %s\n", FLAC__StreamDecoderErrorStatusString[status]);
}

} // namespace

int main(int argc, char** argv) {
    for (int file = 1; file < argc; ++file) {
        FLAC__StreamDecoder* decoder = FLAC__stream_decoder_new();
        FLAC__stream_decoder_set_md5_checking(decoder, 0);
        const bool opened =
            FLAC__stream_decoder_init_file(decoder, argv[file], take, nullptr, failed, nullptr) ==
            FLAC__STREAM_DECODER_INIT_STATUS_OK;
        if (!opened || FLAC__stream_decoder_process_until_end_of_stream(decoder) == 0) {
            std::fprintf(stderr, "libflac_decode: %s can't be read\n", argv[file]);
            return 1;
        }
        FLAC__stream_decoder_delete(decoder);
    }
    std::printf("%llu\n", static_cast<unsigned long long>(decoded_frames));
}

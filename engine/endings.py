"""What files are told apart by before they are opened: their names' endings, in lower case."""

_PICTURES = ".bmp .gif .jfif .jp2 .jpe .jpeg .jpg .pbm .pgm .png .pnm .ppm .tga .tif .tiff .webp"
_VIDEOS = ".3gp .avi .flv .m2ts .m4v .mkv .mov .mp4 .mpeg .mpg .mts .ogv .ts .webm .wmv"

PICTURES = frozenset(_PICTURES.split())
VIDEOS = frozenset(_VIDEOS.split())
LIST = ".txt"
SAFETENSORS = ".safetensors"
DARKNET = ".weights"
TORCHVISION = ".pth"
WEIGHTS = (SAFETENSORS, DARKNET, TORCHVISION, ".pt", ".onnx", ".torchscript")
"""Of torch's own kinds only what torchvision made, and programs, can be run; others can be a warm
start. Programs and ONNX files are added to the weights first."""

from engine.metric_names import metric_name


def test_metrics_are_written_as_in_papers_and_others_as_words():
    assert [metric_name(key) for key in ("miou", "ap50", "top1")] == ["mIoU", "AP50", "top 1"]
    assert metric_name("mean_accuracy") == "mean accuracy"

"""allauth's own pages, and a page that shows the signed-in user."""

from allauth.socialaccount.models import SocialAccount
from django.http import JsonResponse
from django.urls import include, path


def home(request):
    account = SocialAccount.objects.filter(user_id=request.user.pk).first()
    return JsonResponse({"signed_in": account is not None, "sub": account and account.uid})


urlpatterns = [path("", home), path("accounts/", include("allauth.urls"))]
